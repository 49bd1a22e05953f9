import fc from 'fast-check';
import { parse } from 'yaml';
import { functions } from './helm/functions';
import { TemplateSet } from './helm/execute';
import { jsonPatch, strategicMerge } from './kustomize/patches';
import { overrideImage, splitImage } from './kustomize/transformers';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`);
const name = fc
  .tuple(
    fc.option(
      fc
        .tuple(word, fc.integer({ min: 1, max: 65535 }))
        .map(([host, port]) => `${host}:${port}`),
      { nil: undefined },
    ),
    fc.array(word, { minLength: 1, maxLength: 3 }),
  )
  .map(([host, path]) => [...(host ? [host] : []), ...path].join('/'));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined });

describe('image references', () => {
  it('come apart as they were put together, ports and digests included', () => {
    fc.assert(
      fc.property(name, maybe(word), maybe(digest), (image, tag, hash) => {
        const text = `${image}${tag ? `:${tag}` : ''}${hash ? `@${hash}` : ''}`;
        expect(splitImage(text)).toEqual({ name: image, tag, digest: hash });
      }),
    );
  });

  it('are overridden only for their own name, and once is enough', () => {
    fc.assert(
      fc.property(
        name,
        name,
        maybe(word),
        digest,
        (image, other, newTag, hash) => {
          const override = { name: image, newTag, digest: hash };
          const once = overrideImage(`${image}:old`, override);
          expect(once).toBe(`${image}${newTag ? `:${newTag}` : ''}@${hash}`);
          expect(overrideImage(once, override)).toBe(once);
          fc.pre(other !== image);
          expect(overrideImage(`${other}:old`, override)).toBe(`${other}:old`);
        },
      ),
    );
  });
});

describe('patches', () => {
  const containers = fc.uniqueArray(fc.record({ name: word, image: word }), {
    selector: container => container.name,
    maxLength: 5,
  });
  const pod = (list: Array<{ name: string; image: string }>) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    spec: { containers: list },
  });

  it('merge lists by name: every container once, the patch wins, and twice is once', () => {
    fc.assert(
      fc.property(containers, containers, (mine, theirs) => {
        const merged = strategicMerge(pod(mine), pod(theirs))!;
        const found = new Map(
          (merged.spec as ReturnType<typeof pod>['spec']).containers.map(
            container => [container.name, container.image] as const,
          ),
        );
        const wanted = new Map(
          [...mine, ...theirs].map(item => [item.name, item.image] as const),
        );
        expect(found).toEqual(wanted);
        expect(strategicMerge(merged, pod(theirs))).toEqual(merged);
      }),
    );
  });

  it('leave their target alone', () => {
    fc.assert(
      fc.property(containers, word, (mine, key) => {
        const target = pod(mine);
        const before = structuredClone(target);
        jsonPatch(target, [
          { op: 'add', path: `/metadata/${key}`, value: { a: 1 } },
        ]);
        strategicMerge(target, { spec: null });
        expect(target).toEqual(before);
      }),
    );
  });
});

describe('templates', () => {
  it('give text without actions back as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter(text => !text.includes('{{')),
        text => {
          const set = new TemplateSet();
          set.add('t', text);
          expect(set.execute('t', {})).toBe(text);
        },
      ),
    );
  });

  it('quote and print YAML so that it reads back as the same value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), text => {
        const set = new TemplateSet();
        set.add(
          't',
          'value: {{ .text | quote }}\nnested:\n  {{- toYaml .map | nindent 2 }}\n',
        );
        const map = { b: text, a: [text, 1, true] };
        expect(parse(set.execute('t', { text, map }))).toEqual({
          value: text,
          nested: map,
        });
      }),
    );
  });

  it.each([
    ['{{ $x := 1 }}{{ if .a }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['{{ range $k, $v := .map }}{{ $k }}={{ $v }};{{ end }}', 'a=1;b=2;'],
    [
      '{{ range .list }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if eq . 4 }}{{ break }}{{ end }}{{ . }}{{ end }}',
      '13',
    ],
    ['{{ with .none }}x{{ else }}y{{ end }}', 'y'],
    [
      '{{ if and .a (not .none) (eq (len .list) 4) }}yes{{ else if .a }}no{{ end }}',
      'yes',
    ],
    ['{{ (dict "k" (list 1 2)).k | join "," }}', '1,2'],
    ['a  {{- /* gone */ -}}  b', 'ab'],
    ['{{ printf "%-4s|%03d|%q" "ab" 7 "c" }}', 'ab  |007|"c"'],
    ['{{ "x" | default "y" | upper | trunc 5 | b64enc }}', 'WA=='],
    ['{{ tpl "{{ .a }}!" . }}', 'true!'],
    ['{{ .map.none | default "d" }}', 'd'],
    ['{{ or .none "" "last" }}', 'last'],
  ])('%s gives %s', (template, result) => {
    const set = new TemplateSet();
    set.add('t', template);
    expect(
      set.execute('t', { a: true, map: { b: 2, a: 1 }, list: [1, 2, 3, 4] }),
    ).toBe(result);
  });

  it('has no function that only pretends', () => {
    const set = new TemplateSet();
    for (const unknown of [
      'semverCompare',
      'genCA',
      'constructor',
      'toString2',
    ]) {
      set.add('t', `{{ ${unknown} "a" }}`);
      expect(() => set.execute('t', {})).toThrow(
        `function "${unknown}" not defined`,
      );
    }
    expect(functions.lookup()).toEqual({});
  });
});
