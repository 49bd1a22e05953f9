import { InputError } from '@backstage/errors';
import { durationToMilliseconds, HumanDuration } from '@backstage/types';
import { parseEntityRef } from '@backstage/catalog-model';
import { Gate } from '@fairway/backstage-plugin-argocd-promotion-common';
import {
  GateContext,
  GateEvaluator,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { Evidence } from './Evidence';
import { holds } from './expressions';

const MAX_BODY = 256 * 1024;
const TIMEOUT_MS = 10_000;
const DEFAULT_INTERVAL_MS = 30_000;

const textOf = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** An address answers as an expression asks: a change calendar, an error budget, a test report. */
export class HttpGate implements GateEvaluator {
  readonly kind = 'http';
  readonly #evidence: Evidence;

  constructor(options: { evidence: Evidence }) {
    this.#evidence = options.evidence;
  }

  evaluate(context: GateContext): Gate {
    const { config, entityRef } = context;
    const title =
      typeof config.title === 'string' ? config.title : 'HTTP check';
    const gate = { kind: this.kind, title };
    const url = addressOf(context);
    const expression = textOf(config.expression) ?? 'status == 200';
    const headers = headersOf(config.headers);
    const finding = this.#evidence.look({
      key: JSON.stringify([this.kind, url, headers]),
      entityRef,
      maxAge: intervalOf(config.interval),
      timeoutMs: TIMEOUT_MS,
      ask: signal => ask(url, headers, signal),
    });
    // The address may hold what not everybody may know, and is left out of what people read.
    const { host } = new URL(url);
    if (!finding)
      return { ...gate, state: 'pending', reason: `${host} is being asked` };
    if (finding.error !== undefined)
      return {
        ...gate,
        state: 'pending',
        reason: `${host} does not answer: ${finding.error}`,
      };
    const passed = holds(expression, finding.value);
    return {
      ...gate,
      state: passed ? 'passed' : 'pending',
      reason: passed
        ? `${host} agrees`
        : `${host} answered ${finding.value.status}, and ${expression} does not hold`,
    };
  }
}

interface Answer extends Record<string, unknown> {
  status: number;
  /** JSON when it is, else text. */
  body: unknown;
}

async function ask(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, { headers, signal, redirect: 'manual' });
  const text = await readText(response);
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY)
      throw new InputError(`The answer is larger than ${MAX_BODY / 1024} KB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function addressOf({
  config,
  entityRef,
  environment,
  from,
  release,
}: GateContext): string {
  const template = textOf(config.url);
  if (!template)
    throw new InputError("The gate 'http' has no 'url'; configure one");
  const { kind, namespace, name } = parseEntityRef(entityRef);
  const values: Record<string, string> = {
    kind,
    namespace,
    name,
    environment,
    from,
    release: release.id,
    digest: release.images[0]?.digest ?? '',
    tag: release.images[0]?.tag ?? '',
  };
  const url = template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    if (!(key in values))
      throw new InputError(
        `The gate 'http' has ${whole} in its url; known are ${Object.keys(
          values,
        )
          .map(known => `{${known}}`)
          .join(', ')}`,
      );
    return encodeURIComponent(values[key]);
  });
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new InputError(
      "The gate 'http' needs an address with http:// or https://",
    );
  return url;
}

function headersOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).map(
      ([name, text]) => [name, String(text)],
    ),
  );
}

function intervalOf(value: unknown): number {
  const ms = value ? durationToMilliseconds(value as HumanDuration) : 0;
  return ms > 0 ? ms : DEFAULT_INTERVAL_MS;
}
