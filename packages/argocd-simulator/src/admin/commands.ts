import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** A request to the admin API. */
export interface AdminRequest {
  admin: string;
  method: 'POST' | 'DELETE';
  path: string;
  body?: Record<string, unknown>;
}

export const USAGE = `Usage:
  cli.ts [--shop] [--speed N] [--data DIR] [--port-argocd N] [--port-git N] [--port-registry N] [--port-admin N]
  cli.ts fault --admin URL --target argocd|git|registry|cluster --kind KIND [--match PREFIX] [--instance NAME] [--ms N] [--status N] [--times N]
  cli.ts fault --admin URL --clear [--id ID]
  cli.ts outage --admin URL --instance NAME --kind down|hanging|500|expired-token|over
  cli.ts edit --admin URL --kind KIND --name NAME [--namespace NAMESPACE] [--group GROUP] [--instance NAME] (--patch JSON | --delete)
  cli.ts advance --admin URL --ms N
  cli.ts push --admin URL --repository OWNER/NAME [--branch NAME] [--message TEXT] [--file PATH=LOCAL-FILE]... [--remove PATH]...`;

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const LIST = { type: 'string', multiple: true } as const;

const OPTIONS = {
  fault: {
    admin: TEXT,
    target: TEXT,
    kind: TEXT,
    match: TEXT,
    instance: TEXT,
    ms: TEXT,
    status: TEXT,
    times: TEXT,
    clear: FLAG,
    id: TEXT,
  },
  outage: { admin: TEXT, instance: TEXT, kind: TEXT },
  edit: {
    admin: TEXT,
    kind: TEXT,
    name: TEXT,
    namespace: TEXT,
    group: TEXT,
    instance: TEXT,
    patch: TEXT,
    delete: FLAG,
  },
  advance: { admin: TEXT, ms: TEXT },
  push: {
    admin: TEXT,
    repository: TEXT,
    branch: TEXT,
    message: TEXT,
    file: LIST,
    remove: LIST,
  },
} as const;

export type Command = keyof typeof OPTIONS;

export function isCommand(word: string | undefined): word is Command {
  return word !== undefined && word in OPTIONS;
}

function number(name: string, value: string | undefined) {
  if (value === undefined) return {};
  if (value.trim() === '' || Number.isNaN(Number(value)))
    throw new Error(`--${name} '${value}' is no number`);
  return { [name]: Number(value) };
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new Error(`--patch is no JSON: ${value}`);
  }
}

function fileEntry(entry: string): [string, string] {
  const at = entry.indexOf('=');
  if (at < 1) throw new Error(`--file '${entry}' is not PATH=LOCAL-FILE`);
  return [entry.slice(0, at), readFileSync(entry.slice(at + 1), 'utf8')];
}

/** What a sub-command asks of the admin API of a running simulator. */
export function adminRequest(command: Command, args: string[]): AdminRequest {
  const parse = <T extends Command>(options: (typeof OPTIONS)[T]) =>
    parseArgs({ args, options, strict: true }).values;
  const post = (
    admin: string | undefined,
    path: string,
    body: Record<string, unknown>,
  ): AdminRequest => ({ admin: adminUrl(admin), method: 'POST', path, body });
  switch (command) {
    case 'fault': {
      const { admin, clear, id, ms, status, times, ...rest } = parse<'fault'>(
        OPTIONS.fault,
      );
      if (clear) {
        const path = id === undefined ? '/faults' : `/faults/${id}`;
        return { admin: adminUrl(admin), method: 'DELETE', path };
      }
      return post(admin, '/faults', {
        ...rest,
        ...number('ms', ms),
        ...number('status', status),
        ...number('times', times),
      });
    }
    case 'outage': {
      const { admin, ...rest } = parse<'outage'>(OPTIONS.outage);
      return post(admin, '/outage', rest);
    }
    case 'edit': {
      const {
        admin,
        patch,
        delete: remove,
        ...rest
      } = parse<'edit'>(OPTIONS.edit);
      if ((patch === undefined) !== (remove === true))
        throw new Error('edit: give --patch JSON, or --delete');
      return post(admin, '/edit', {
        ...rest,
        patch: patch === undefined ? null : json(patch),
      });
    }
    case 'advance': {
      const { admin, ms } = parse<'advance'>(OPTIONS.advance);
      return post(admin, '/advance', number('ms', ms));
    }
    default: {
      const {
        admin,
        file = [],
        remove = [],
        ...rest
      } = parse<'push'>(OPTIONS.push);
      const files = [
        ...file.map(fileEntry),
        ...remove.map(path => [path, null] as const),
      ];
      return post(admin, '/push', {
        ...rest,
        files: Object.fromEntries(files),
      });
    }
  }
}

function adminUrl(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url))
    throw new Error(
      '--admin is missing: give the address that the simulator printed as "admin"',
    );
  return url.replace(/\/$/, '');
}

/** Asks the admin API; its refusals become errors with its words. */
export async function ask({ admin, method, path, body }: AdminRequest) {
  const answer = await fetch(`${admin}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = (await answer.json()) as { message?: string };
  if (!answer.ok) throw new Error(said.message ?? `HTTP ${answer.status}`);
  return said;
}
