import { createRelease } from '../../deployments/release';
import { DeployedApplicationState } from '../../deployments/types';
import { IMAGE, World } from '../__testUtils__/world';
import { digestOf } from '../__testUtils__/samples';
import { FollowedApplication } from '../types';
import { assess } from './assess';
import { commitMessage, isCommitOf, pullRequestBranch } from './trailers';
import { samplePromotion } from '../__testUtils__/samples';
import { trailerValues } from '../../git';

const release = createRelease([{ repository: IMAGE, digest: digestOf('1') }]);
const followed: FollowedApplication = {
  instance: 'main',
  namespace: 'argocd',
  name: 'checkout-staging',
  project: 'shop',
  renders: [{ repo: 'r', branch: 'main' }],
  images: [IMAGE],
};
const both = { compared: true, operated: true };

describe('assess', () => {
  const judge = (
    change: (state: DeployedApplicationState) => void,
    facts = both,
    who = followed,
  ) => {
    const state = new World().applications.staging;
    change(state);
    return assess(who, state, facts, release);
  };

  it('waits until the Application itself names the promoted chart', () => {
    const chart = { repoURL: 'https://charts.example.com', chart: 'checkout' };
    const who = {
      ...followed,
      images: [],
      charts: [{ ...chart, version: '2.1.0' }],
    };
    const at = (version: string) =>
      judge(
        s => {
          s.application.spec.source = { ...chart, targetRevision: version };
          s.application.status!.sync = { status: 'Synced', revision: version };
        },
        both,
        who,
      );
    expect(at('2.0.3')).toEqual({
      phase: 'syncing',
      message: 'checkout-staging: the chart checkout is at 2.0.3 still',
    });
    expect(at('2.1.0')).toEqual({
      phase: 'done',
      message:
        'checkout-staging is Synced and Healthy and renders the promoted charts',
    });
  });

  it('is done only with everything at once', () => {
    expect(judge(() => {}).phase).toBe('done');
  });

  it.each<[string, (state: DeployedApplicationState) => void, string, RegExp]>([
    // Argo CD says Healthy in the midst of a sync, and while PostSync hooks run.
    [
      'an operation runs',
      s => (s.application.status!.operationState!.phase = 'Running'),
      'syncing',
      /syncs/,
    ],
    [
      'it is OutOfSync',
      s => (s.application.status!.sync!.status = 'OutOfSync'),
      'awaits-sync',
      /OutOfSync/,
    ],
    [
      'it is not healthy',
      s =>
        (s.application.status!.health = {
          status: 'Degraded',
          message: 'crash',
        }),
      'verifying',
      /Degraded: crash/,
    ],
    [
      'the image is another',
      s => (s.images[0].digest = digestOf('7')),
      'verifying',
      /is at sha256:7/,
    ],
    [
      'no Pod was seen',
      s => (s.images[0].source = 'spec'),
      'verifying',
      /evidence/,
    ],
    [
      'some Pods are old',
      s => (s.images[0].pods!.matching = 1),
      'verifying',
      /1 of 2 Pods/,
    ],
    [
      'no Pod runs',
      s => (s.images[0].pods = { total: 0, matching: 0, others: [] }),
      'verifying',
      /no Pod runs/,
    ],
    ['no container has it', s => (s.images = []), 'verifying', /no container/],
    [
      'the data is old',
      s => (s.staleSince = '2026-11-23T09:00:00Z'),
      'verifying',
      /does not answer/,
    ],
  ])('goes on while %s', (_what, change, phase, message) => {
    const verdict = judge(change);
    expect(verdict.phase).toBe(phase);
    expect(verdict.message).toMatch(message);
  });

  it('asks for a sync where Argo CD does not sync by itself', () => {
    const manual = (state: DeployedApplicationState) => {
      state.application.spec.syncPolicy = null;
      state.application.status!.sync!.status = 'OutOfSync';
    };
    expect(judge(manual).phase).toBe('needs-sync');
    const off = (state: DeployedApplicationState) => {
      state.application.spec.syncPolicy = { automated: { enabled: false } };
      state.application.status!.sync!.status = 'OutOfSync';
    };
    expect(judge(off).phase).toBe('needs-sync');
  });

  it('tells why the commit cannot be compared', () => {
    const broken = (state: DeployedApplicationState) => {
      state.application.status!.conditions = [
        { type: 'ComparisonError', message: 'no such path' },
      ];
    };
    expect(judge(broken, { compared: false, operated: false })).toEqual({
      phase: 'comparing',
      message:
        'checkout-staging has not compared the commit yet: ComparisonError: no such path',
    });
  });

  it('tells of a failing sync at once, and whose it is', () => {
    const failing = (state: DeployedApplicationState) => {
      const operation = state.application.status!.operationState!;
      Object.assign(operation, {
        phase: 'Running',
        retryCount: 3,
        message: 'bad',
        operation: { retry: { limit: 5 } },
      });
    };
    expect(judge(failing)).toEqual({
      phase: 'failing',
      message: 'Sync of checkout-staging is failing (retry 3 of 5): bad',
    });
    expect(
      judge(failing, { compared: true, operated: false }).message,
    ).toContain('waits behind an earlier sync');
    const failed = (state: DeployedApplicationState) => {
      Object.assign(state.application.status!.operationState!, {
        phase: 'Failed',
        message: 'bad',
      });
    };
    expect(judge(failed).phase).toBe('failed');
    // An old failure says nothing of this commit.
    expect(judge(failed, { compared: true, operated: false }).phase).toBe(
      'done',
    );
  });

  it('names a resource that is no hook by its kind', () => {
    const failed = (state: DeployedApplicationState) => {
      Object.assign(state.application.status!.operationState!, {
        phase: 'Failed',
        syncResult: {
          resources: [
            {
              kind: 'Deployment',
              name: 'checkout',
              hookPhase: 'Failed',
              message: 'exceeded its progress deadline',
            },
          ],
        },
      });
    };
    expect(judge(failed).message).toBe(
      'Sync of checkout-staging failed: Deployment checkout failed: exceeded its progress deadline',
    );
  });

  it('wants of a root only that it is Synced', () => {
    const root = { ...followed, name: 'root', images: [] };
    const progressing = (state: DeployedApplicationState) => {
      state.application.status!.health = { status: 'Progressing' };
      state.images = [];
    };
    expect(judge(progressing, both, root)).toEqual({
      phase: 'done',
      message: 'root is Synced',
    });
  });
});

describe('what is written to git', () => {
  it('carries trailers as git understands them, and is found by them', () => {
    const promotion = samplePromotion({
      note: 'a note\n\nPromotion-Id: forged',
    });
    const message = commitMessage([promotion]);
    expect(trailerValues(message, 'Promotion-Id')).toEqual([promotion.id]);
    expect(trailerValues(message, 'Promoted-By')).toEqual([
      promotion.requestedBy,
    ]);
    expect(isCommitOf(promotion.id, message)).toBe(true);
    expect(isCommitOf('00000000', message)).toBe(false);
    expect(isCommitOf('forged', message)).toBe(false);
  });

  it('names the branch the same each time, in characters that git takes', () => {
    const promotion = samplePromotion({
      environment: 'prod EU',
      entityRef: 'component:default/my.service_x',
    });
    expect(pullRequestBranch(promotion)).toBe(
      `promotion/prod-eu/my-service-x-${promotion.id.slice(0, 8)}`,
    );
  });
});
