import { checkObjects } from './checkObjects';
import { toCel } from './Expressions';
import { readRules } from './rules';

const deployment = (image: string, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'checkout', namespace: 'shop' },
  spec: {
    replicas,
    template: { spec: { containers: [{ name: 'checkout', image }] } },
  },
});
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'checkout', namespace: 'shop' },
  spec: { ports: [{ port: 80 }] },
};

const check = (
  rules: object[],
  objects = [deployment('shop/checkout:1'), service],
  rest: Partial<Parameters<typeof checkObjects>[0]> = {},
) =>
  checkObjects({
    rules: readRules({ rules }),
    objects,
    before: [],
    variables: { environment: 'prod', params: { least: 3 } },
    ...rest,
  });

describe('policy rules', () => {
  it('hold for every object that they are for, and name the one that breaks them', async () => {
    const found = await check([
      {
        name: 'pinned',
        kinds: ['Deployment', 'Rollout'],
        expression:
          'object.spec.template.spec.containers.all(c, c.image.contains("@sha256:"))',
        message:
          '{object.metadata.name} runs {object.spec.template.spec.containers[0].image} in {environment}',
      },
      { name: 'named', expression: 'object.metadata.name == "checkout"' },
    ]);
    expect(found).toEqual({
      checked: 3,
      broken: [
        {
          rule: 'pinned',
          object: 'Deployment checkout',
          message: 'checkout runs shop/checkout:1 in prod',
        },
      ],
      open: [],
    });
  });

  it('compare whole numbers, settings and what was there before', async () => {
    const rule = {
      name: 'replicas',
      when: 'object.kind == "Deployment"',
      expression:
        'object.spec.replicas >= params.least || (oldObject != null && object.spec.replicas >= oldObject.spec.replicas)',
      message: 'too few: {object.spec.replicas} {no.such} {}',
    };
    const { broken } = await check([rule]);
    expect(broken[0].message).toBe('too few: 2 {no.such} {}');
    const same = await check([rule], undefined, {
      before: [deployment('shop/checkout:0')],
    });
    expect(same.broken).toEqual([]);
    expect(same.checked).toBe(1);
  });

  it.each([
    ['asks a field that is not there', 'object.spec.nothing == 1', /nothing/],
    ['gives no yes or no', 'object.metadata.name', /no yes or no/],
    [
      'never ends in time',
      'range.exists(a, range.exists(b, range.exists(c, a + b + c < 0)))',
      /longer than 20 milliseconds/,
    ],
  ])('pass nothing when one %s', async (_, expression, why) => {
    const range = Array.from({ length: 3_000 }, (_unused, i) => i);
    const { broken, open } = await check(
      [{ name: 'x', expression }],
      [service],
      {
        variables: { range },
        limits: { expressionMs: 20, totalMs: 1_000 },
      },
    );
    expect(broken).toEqual([]);
    expect(open).toMatchObject([{ rule: 'x', object: 'Service checkout' }]);
    expect(open[0].message).toMatch(why);
  });

  it('leave open what there is no time for', async () => {
    const { open, checked } = await check(
      [{ name: 'x', expression: 'true' }],
      undefined,
      { limits: { expressionMs: 20, totalMs: 0 } },
    );
    expect([checked, open.length]).toEqual([2, 2]);
  });

  it.each<[object | object[] | undefined, RegExp]>([
    [undefined, /no 'rules'/],
    [[], /no 'rules'/],
    [[{ expression: 'true' }], /Rule 1 .* has no 'name'/],
    [[{ name: 'a' }], /'a' .* has no 'expression'/],
    [[{ name: 'a', expression: 'true', kind: 'Pod' }], /'kind', which is not/],
    [[{ name: 'a', expression: 'true', when: 1 }], /'when'/],
    [[{ name: 'a', expression: 'true', kinds: [1] }], /'kinds'/],
  ])('are refused as a whole when %j is not understood', (rules, why) => {
    expect(() => readRules({ rules })).toThrow(why);
  });

  it('are refused when an expression is none, in a message too', async () => {
    const rule = { name: 'a', expression: 'true' };
    await expect(check([{ ...rule, when: 'a b' }])).rejects.toThrow(
      /'a b' is no CEL expression/,
    );
    await expect(check([{ ...rule, message: 'a {b c} d' }])).rejects.toThrow(
      /'b c' is no CEL/,
    );
  });

  it('see numbers as Kubernetes does', () => {
    expect(toCel({ a: [1, 1.5, '1', null, true] })).toEqual({
      a: [1n, 1.5, '1', null, true],
    });
  });
});
