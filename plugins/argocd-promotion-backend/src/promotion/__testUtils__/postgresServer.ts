import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { fork } from 'node:child_process';
import { once } from 'node:events';

interface Message {
  connectionString?: string;
  done?: string;
}

/** A PostgreSQL server that a test may stop and start, as no other test uses it. */
export async function startPostgresServer() {
  const child = fork(
    resolvePackagePath(
      '@fairway/backstage-plugin-argocd-promotion-backend',
      '../../scripts/postgresServer.mjs',
    ),
    { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const heard = <T>(pick: (message: Message) => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      const gone = (code: number | null) =>
        reject(new Error(`The server's process ended with ${code}`));
      const listen = (message: Message) => {
        const found = pick(message);
        if (found === undefined) return;
        child.off('message', listen);
        child.off('exit', gone);
        resolve(found);
      };
      child.on('message', listen);
      child.once('exit', gone);
    });
  const tell = async (what: 'pause' | 'resume') => {
    const done = heard(message => (message.done === what ? true : undefined));
    child.send(what);
    await done;
  };
  const url = await heard(({ connectionString }) => connectionString);
  return {
    url,
    pause: () => tell('pause'),
    resume: () => tell('resume'),
    async stop() {
      const gone = once(child, 'exit');
      child.send('stop');
      await gone;
    },
  };
}
