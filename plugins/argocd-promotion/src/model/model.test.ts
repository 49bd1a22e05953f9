import {
  NOW,
  ago,
  application,
  digestOf,
  environment,
  offer,
  pipeline,
  summary,
} from '../testing/fixtures';
import { actionList, allowedActions, refusals } from './actions';
import {
  compareTones,
  driftAnswer,
  hooksAnswer,
  laneAnswers,
  summaryAnswer,
  syncAnswer,
} from './answers';
import { arrowsOf } from './arrows';
import { changesBetween } from './changes';
import { conditionLine, conditionsToSay } from './conditions';
import { operationLine } from './operation';
import { parsePatch } from './patch';
import { personName } from './people';
import { errorWords, splitRemedy } from './problems';
import { mergePromotions, promotionFacts, promotionSteps } from './promotions';
import { laneImages, shortDigest, shortRevision } from './release';
import {
  middleEllipsis,
  shortRepository,
  splitForMiddleCut,
  splitIds,
  webUrl,
} from './text';
import { clockTime, duration, relativeTime, splitTimes } from './time';

describe('time', () => {
  it.each([
    [0, 'just now'],
    [2, '2 min ago'],
    [120, '2 hours ago'],
    [24 * 60, 'yesterday'],
    [9 * 24 * 60, '9 days ago'],
    [-6, 'in 6 min'],
  ])('%s minutes back is "%s"', (minutes, words) => {
    expect(relativeTime(ago(minutes), NOW)).toBe(words);
  });

  it('does not fail on what is no time', () => {
    expect(relativeTime('soon', NOW)).toBe('at an unknown time');
    expect(duration('a', 'b')).toBeUndefined();
    expect(clockTime('x', NOW)).toBe('an unknown time');
  });

  it('finds the ids in a sentence', () => {
    const id = '7b1a2237-dca3-4e1b-bce0-88ed914bebf2';
    expect(splitIds(`by promotion ${id}.`)).toEqual([
      { text: 'by promotion ', id: false },
      { text: id, id: true },
      { text: '.', id: false },
    ]);
  });

  it('finds the times in a sentence', () => {
    expect(
      splitTimes('healthy since 2026-01-02T03:04:05.678Z, and so on'),
    ).toEqual([
      { text: 'healthy since ', time: false },
      { text: '2026-01-02T03:04:05.678Z', time: true },
      { text: ', and so on', time: false },
    ]);
    expect(splitTimes('version 2026-01-02')).toEqual([
      { text: 'version 2026-01-02', time: false },
    ]);
  });
});

describe('text', () => {
  it('cuts in the middle', () => {
    expect(middleEllipsis('recommendation-engine-prod', 11)).toBe(
      'recom…-prod',
    );
    expect(middleEllipsis('short', 11)).toBe('short');
    expect(splitForMiddleCut('recommendation-engine-prod')).toEqual({
      head: 'recommendation-eng',
      tail: 'ine-prod',
    });
    expect(splitForMiddleCut('prod')).toEqual({ head: 'prod', tail: '' });
  });

  it('shortens repositories, digests, commits and people', () => {
    expect(
      shortRepository('https://github.com/company/checkout-deploy.git'),
    ).toBe('company/checkout-deploy');
    expect(shortRepository('git@github.com:company/checkout-deploy.git')).toBe(
      'company/checkout-deploy',
    );
    expect(shortDigest(digestOf('c3a90b17'))).toBe('c3a90b17');
    expect(shortRevision('8f1d4ae0'.padEnd(40, '0'))).toBe('8f1d4ae');
    expect(shortRevision('1.2.3-long-chart-version')).toBe(
      '1.2.3-long-chart-version',
    );
    expect(personName('Ana Lima <ana@example.com>')).toBe('Ana Lima');
    expect(personName('user:default/ana')).toBe('ana');
  });

  it('links to the web only', () => {
    const script = ['java', 'script:alert(1)'].join('');
    expect(webUrl(script)).toBeUndefined();
    expect(webUrl('https://argocd.example.com')).toBe(
      'https://argocd.example.com',
    );
  });
});

describe('answers', () => {
  it('takes hooks that never ran for none, and a failed one for the worst', () => {
    expect(
      hooksAnswer(application('dev', 'a', '1', { operation: undefined }), NOW)
        .word,
    ).toBe('No hooks');
    expect(compareTones('bad', 'ok')).toBeLessThan(0);
  });

  it('does not call unknown drift no drift', () => {
    const broken = application('dev', 'a', '1', {
      sync: { status: 'Unknown', revisions: [] },
    });
    expect(driftAnswer(broken)).toMatchObject({
      tone: 'unknown',
      word: 'Drift unknown',
    });
    expect(syncAnswer(broken, NOW)).toMatchObject({
      tone: 'unknown',
      word: 'Sync unknown',
    });
  });

  it('lets the worst Application speak for the lane, by name', () => {
    const bad = application('dev', 'a', '1', {
      name: 'worker',
      health: { status: 'Degraded', message: 'crash loop' },
    });
    const answers = laneAnswers(
      [application('dev', 'a', '1', { name: 'api' }), bad],
      NOW,
    );
    expect(answers[1]).toMatchObject({ tone: 'bad', word: 'Degraded' });
    expect(answers[1].reason).toMatch(/^worker · crash loop/);
    expect(answers[0].reason).toBe('all 2 Applications');
    expect(summaryAnswer([bad], NOW).word).toBe('Degraded');
  });

  it('spells a condition that it does not know', () => {
    expect(
      conditionLine({ type: 'ResourceQuotaError', message: 'full' }),
    ).toMatchObject({
      tone: 'bad',
      title: 'Resource quota error',
    });
  });

  it('tells a retry by its own time, not by the one in the message', () => {
    const failing = application('dev', 'a', '1');
    failing.operation = {
      ...failing.operation!,
      phase: 'Running',
      failing: true,
      message: 'one task failed. Retrying attempt #3 at 1:17AM.',
      retry: { count: 3, limit: 5, nextAt: ago(-5) },
    };
    const line = operationLine(failing, NOW);
    expect(line?.headline).toMatch(
      /^Sync is failing, retry 3 of 5 at \d\d:\d\d$/,
    );
    expect(line?.message).toBe('one task failed.');
  });
});

describe('lanes and arrows', () => {
  it('keeps sidecars out of what is promoted', () => {
    const lane = environment('dev', 'c3a90b17', '2.0.0');
    lane.applications[0].images.push({
      repository: 'docker.io/envoy',
      tag: 'v1',
      source: 'spec',
    });
    const images = laneImages(lane);
    expect(images.main.map(image => image.name)).toEqual(['checkout']);
    expect(images.others.map(image => image.name)).toEqual(['envoy']);
  });

  it('says when Applications disagree', () => {
    const lane = environment('dev', 'c3a90b17', '2.0.0', {
      release: undefined,
    });
    lane.applications.push(
      application('dev', '51ec671a', '1.9.0', { name: 'worker' }),
    );
    expect(laneImages(lane)).toMatchObject({ disagree: true });
  });

  it('names each upstream when there are several', () => {
    const view = pipeline({
      environments: [
        environment('a', '1', '1'),
        environment('b', '2', '2'),
        environment('c', '3', '3', {
          promotesFrom: ['a', 'b'],
          offers: [offer('a'), offer('b', { state: 'unchanged' })],
        }),
      ],
    });
    const arrow = arrowsOf(view, NOW).get('c');
    expect(arrow?.offers.map(item => item.obvious)).toEqual([false, false]);
    expect(arrow?.offers[0].button?.enabled).toBe(true);
    expect(arrow?.offers[1].lag).toBe('up to date');
    expect(arrow?.offers[1].button).toBeUndefined();
  });

  it('reads aloud what changed, and nothing at first', () => {
    const before = pipeline();
    const after = pipeline();
    after.environments[1].release = before.environments[0].release;
    expect(changesBetween(undefined, after, NOW)).toEqual([]);
    expect(changesBetween(before, after, NOW)).toEqual([
      'staging now runs c3a90b17.',
    ]);
  });
});

describe('promotions', () => {
  it('leaves to the strip what one under way waits for', () => {
    const waits = summary({ state: 'in-review', message: 'Waits for review' });
    expect(promotionFacts(waits)).not.toContain('Waits for review');
    expect(promotionFacts({ ...waits, state: 'failed' })).toContain(
      'Waits for review',
    );
  });

  it('has six steps, and a commit needs no review', () => {
    const steps = promotionSteps(
      summary({ state: 'verifying', message: 'Waits for 2 pods' }),
    );
    expect(steps.map(step => step.state)).toEqual([
      'done',
      'done',
      'done',
      'skipped',
      'done',
      'now',
    ]);
    expect(steps[5].note).toBe('Waits for 2 pods');
  });

  it('fails at the step that its events tell', () => {
    const failed = summary({ state: 'failed', delivery: 'pull-request' });
    const steps = promotionSteps(
      failed,
      [],
      [{ sequence: 1, at: ago(1), state: 'in-review', message: '' }],
    );
    expect(steps.map(step => step.state)).toEqual([
      'done',
      'done',
      'done',
      'failed',
      'ahead',
      'ahead',
    ]);
  });

  it('offers what the backend allows, and says once why not for the rest', () => {
    const actions = {
      approve: { allowed: false, reason: 'Not the requester.' },
      reject: { allowed: false, reason: 'Not the requester.' },
      cancel: { allowed: true },
    };
    expect(allowedActions(actions)).toEqual(['cancel']);
    expect(allowedActions(undefined)).toEqual([]);
    expect(refusals(actions)).toEqual([
      { actions: ['approve', 'reject'], reason: 'Not the requester.' },
    ]);
    expect(actionList(['approve', 'reject', 'rollback'])).toBe(
      'approve, reject or roll back',
    );
  });

  it('merges pages, newest first, and believes the newer answer', () => {
    const old = summary({ id: 'a', createdAt: ago(90), state: 'syncing' });
    const ended = { ...old, state: 'succeeded' as const };
    const newest = summary({ id: 'b', createdAt: ago(5) });
    const oldest = summary({ id: 'c', createdAt: ago(500) });
    expect(mergePromotions([oldest, old], [newest, ended])).toEqual([
      newest,
      ended,
      oldest,
    ]);
  });
});

describe('patches and problems', () => {
  it('does not take a removed line for a header', () => {
    const { lines, added, removed } = parsePatch(
      '--- a/x\n+++ b/x\n@@ -3,2 +3,2 @@\n---- a\n+++ b\n z\r\n\\ No newline at end of file\n',
    );
    expect(lines).toEqual([
      { kind: 'removed', text: '--- a', before: 3 },
      { kind: 'added', text: '++ b', after: 3 },
      { kind: 'context', text: 'z', before: 4, after: 4 },
      { kind: 'note', text: 'no newline at the end of the file' },
    ]);
    expect([added, removed]).toEqual([1, 1]);
  });

  it('takes the YAML out of a remedy', () => {
    expect(
      splitRemedy(
        'Add this:\nargocdPromotion:\n  environments:\n    - name: dev',
      ),
    ).toEqual({
      prose: 'Add this:',
      code: 'argocdPromotion:\n  environments:\n    - name: dev',
    });
    expect(splitRemedy('Add\n```yaml\na: b\n```\nand restart.')).toEqual({
      prose: 'Add and restart.',
      code: 'a: b',
    });
    expect(splitRemedy('Ask your platform team.')).toEqual({
      prose: 'Ask your platform team.',
    });
  });

  it('says what to do when nothing answers', () => {
    expect(errorWords(new TypeError('Failed to fetch'))).toMatchObject({
      title: 'Backstage cannot be reached',
    });
  });
});

describe('conditions beside an operation', () => {
  const operation = {
    phase: 'Failed' as const,
    message: 'one or more tasks failed (retried 1 times).',
    failing: true,
    hooks: [],
    revisions: [],
    initiatedBy: { automated: true, selfHeal: false },
  };
  const said = {
    type: 'SyncError',
    message: `Failed last sync attempt to [abc]: ${operation.message}`,
  };
  const other = { type: 'ComparisonError', message: 'cannot render' };

  it('leaves out the failed sync that the operation tells already', () => {
    expect(conditionsToSay({ conditions: [said, other], operation })).toEqual([
      other,
    ]);
  });

  it('keeps it when no operation tells it', () => {
    expect(conditionsToSay({ conditions: [said, other] })).toEqual([
      said,
      other,
    ]);
    expect(
      conditionsToSay({
        conditions: [said],
        operation: { ...operation, message: 'another failure' },
      }),
    ).toEqual([said]);
  });
});
