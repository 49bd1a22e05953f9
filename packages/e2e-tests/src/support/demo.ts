import { readFileSync } from 'node:fs';

/** What `npm run demo --state` writes when everything answers. */
export interface Demo {
  apps: Array<{ kind: 'new' | 'legacy'; url: string }>;
  backend: { url: string };
  simulator: {
    argocd: string;
    git: string;
    registry: string;
    admin: string;
    tokens: Record<string, string>;
    gitTokens: Record<string, string>;
  };
  users: Array<{ entityRef: string; name: string; team: string }>;
}

function readDemo(): Demo {
  const file = process.env.DEMO_STATE;
  if (!file) {
    throw new Error(
      'DEMO_STATE is not set: run the browser tests by `npm run test:e2e`, which starts the demo',
    );
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

export const demo = readDemo();

export function appUrl(kind: 'new' | 'legacy'): string {
  const app = demo.apps.find(item => item.kind === kind);
  if (!app) throw new Error(`The demo runs no ${kind} app`);
  return app.url;
}

export function userName(entityRef: string): string {
  const user = demo.users.find(item => item.entityRef === entityRef);
  if (!user) throw new Error(`The demo has no user ${entityRef}`);
  return user.name;
}

/** Breaks one Argo CD of the demo, or mends it. */
export async function outage(
  instance: string,
  kind: 'down' | 'hanging' | '500' | 'expired-token' | 'over',
) {
  const answer = await fetch(`${demo.simulator.admin}/outage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance, kind }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
