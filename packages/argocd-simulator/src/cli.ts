import { parseArgs } from 'node:util';
import { adminRequest, ask, isCommand, USAGE } from './admin/commands';
import { startSimulator } from './index';

function startOptions(args: string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      shop: { type: 'boolean', default: false },
      speed: { type: 'string', default: '1' },
      data: text,
      'port-argocd': text,
      'port-git': text,
      'port-registry': text,
      'port-admin': text,
    },
  });
  const speed = Number(values.speed);
  if (!(speed > 0))
    throw new Error(`--speed '${values.speed}': give a number above 0`);
  const port = (name: 'argocd' | 'git' | 'registry' | 'admin') => {
    const value = Number(values[`port-${name}`] ?? 0);
    if (!Number.isInteger(value) || value < 0 || value > 65_535)
      throw new Error(`--port-${name}: give a number from 0 to 65535`);
    return value;
  };
  return {
    shop: values.shop,
    speed,
    directory: values.data,
    ports: {
      argocd: port('argocd'),
      git: port('git'),
      registry: port('registry'),
      admin: port('admin'),
    },
  };
}

const print = (value: unknown) =>
  process.stdout.write(`${JSON.stringify(value)}\n`);

async function main([command, ...rest]: string[]): Promise<void> {
  if (command === '--help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (isCommand(command)) {
    print(await ask(adminRequest(command, rest)));
    return;
  }
  const sim = await startSimulator(startOptions(process.argv.slice(2)));
  const end = () => void sim.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  print({
    ready: true,
    argocd: Object.values(sim.argocd)[0].url,
    git: sim.git.url,
    registry: sim.registry.host,
    admin: sim.admin.url,
    tokens: sim.tokens,
    instances: Object.fromEntries(
      Object.entries(sim.argocd).map(([name, { url, tokens }]) => [
        name,
        { url, token: tokens.backstage },
      ]),
    ),
    gitTokens: sim.git.tokens,
    ...(sim.catalog === undefined ? {} : { catalog: sim.catalog }),
  });
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`,
  );
  process.exit(1);
});
