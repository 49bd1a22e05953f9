import { isRecord } from '../cluster/objects';
import { ApiError } from '../argocd/errors';
import {
  listen,
  Listening,
  parseBody,
  readBody,
  sendError,
  sendJson,
} from '../argocd/http';
import { Fault, FAULT_KINDS, FAULT_TARGETS } from '../faults/Faults';
import { Outage, OUTAGES } from '../faults/outages';

type Fields = Record<string, unknown>;

/** What the admin API may do. */
export interface AdminActions {
  setFault(fault: Fault): string;
  clearFaults(id?: string): void;
  setOutage(instance: string, outage: Outage | 'over'): void;
  edit(
    instance: string | undefined,
    ref: { kind: string; name: string; namespace?: string; group?: string },
    patch: Fields | null,
  ): void;
  advance(ms: number): Promise<void>;
  push(
    repository: string,
    commit: {
      branch: string;
      files: Record<string, string | null>;
      message: string;
    },
  ): Promise<string>;
}

const wrong = (message: string) => new ApiError(3, message);

function text(body: Fields, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '')
    throw wrong(`${field} is missing: give a text`);
  return value;
}

function optional(body: Fields, field: string): string | undefined {
  return body[field] === undefined ? undefined : text(body, field);
}

function numeric(body: Fields, field: string): number {
  const value = body[field];
  if (typeof value !== 'number' || !(value >= 0))
    throw wrong(`${field} is missing: give a number from 0`);
  return value;
}

function oneOf<T extends string>(
  body: Fields,
  field: string,
  known: readonly T[],
): T {
  const value = text(body, field);
  const found = known.find(item => item === value);
  if (!found)
    throw wrong(`${field} '${value}' is unknown: use ${known.join(', ')}`);
  return found;
}

function faultOf(body: Fields): Fault {
  const maybe = (field: 'ms' | 'status' | 'times') =>
    body[field] === undefined ? {} : { [field]: numeric(body, field) };
  return {
    target: oneOf(body, 'target', FAULT_TARGETS),
    kind: oneOf(body, 'kind', FAULT_KINDS),
    match: optional(body, 'match'),
    instance: optional(body, 'instance'),
    ...maybe('ms'),
    ...maybe('status'),
    ...maybe('times'),
  };
}

function patchOf(body: Fields): Fields | null {
  const { patch } = body;
  if (patch === null || isRecord(patch)) return patch;
  throw wrong(
    'patch is missing: give a JSON merge patch, or null to delete the object',
  );
}

function filesOf(body: Fields): Record<string, string | null> {
  const entries = Object.entries(isRecord(body.files) ? body.files : {});
  if (entries.length === 0)
    throw wrong('files is missing: give path and text, or null to delete');
  return Object.fromEntries(
    entries.map(([path, content]) => {
      if (content !== null && typeof content !== 'string')
        throw wrong(`files: ${path} is neither text nor null`);
      return [path, content];
    }),
  );
}

async function act(
  actions: AdminActions,
  method: string,
  [area, id]: string[],
  body: Fields,
): Promise<unknown> {
  switch (`${method} ${area}`) {
    case 'POST faults':
      return { id: actions.setFault(faultOf(body)) };
    case 'DELETE faults':
      actions.clearFaults(id);
      return {};
    case 'POST outage':
      actions.setOutage(
        text(body, 'instance'),
        oneOf(body, 'kind', [...OUTAGES, 'over'] as const),
      );
      return {};
    case 'POST edit':
      actions.edit(
        optional(body, 'instance'),
        {
          kind: text(body, 'kind'),
          name: text(body, 'name'),
          namespace: optional(body, 'namespace'),
          group: optional(body, 'group'),
        },
        patchOf(body),
      );
      return {};
    case 'POST advance':
      await actions.advance(numeric(body, 'ms'));
      return {};
    case 'POST push':
      return {
        sha: await actions.push(text(body, 'repository'), {
          branch: optional(body, 'branch') ?? 'main',
          message: optional(body, 'message') ?? 'Change',
          files: filesOf(body),
        }),
      };
    default:
      throw new ApiError(5, `no such admin route: ${method} /${area}`);
  }
}

/** Serves the admin API: `POST /faults|outage|edit|advance|push`, `DELETE /faults[/id]`. */
export async function startAdmin(
  actions: AdminActions,
  port?: number,
): Promise<Listening> {
  return listen(async (request, response) => {
    const path = (request.url ?? '/').split('?')[0].split('/').slice(1);
    try {
      const parsed = parseBody(await readBody(request));
      const body = isRecord(parsed) ? parsed : {};
      sendJson(
        request,
        response,
        await act(actions, request.method ?? 'GET', path, body),
      );
    } catch (error) {
      sendError(
        request,
        response,
        error instanceof ApiError ? error : wrong(String(error)),
      );
    }
  }, port);
}
