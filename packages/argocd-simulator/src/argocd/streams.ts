import { ServerResponse } from 'http';
import { StoreEvent } from '../cluster/ObjectStore';
import { Application } from '../engine/types';
import { Fault, Faults, matches } from '../faults/Faults';
import { Session } from './accounts';
import { findApp, visibleApps } from './applications';
import { NotFound } from './errors';
import { trimJson } from './fields';
import { ApiRequest, EventStream, openStream } from './http';
import { Instance, served } from './Instance';

/** The streams of one instance's API that are open. */
export class Streams {
  private readonly open = new Map<EventStream, string>();

  constructor(
    private readonly instance: Instance,
    private readonly faults: Faults,
  ) {
    faults.onSet(fault => this.cut(fault));
  }

  close(): void {
    for (const stream of this.open.keys()) stream.end();
  }

  /** Answers below `/api/v1/stream/`. */
  answer(
    request: ApiRequest,
    session: Session,
    [area, name, what]: string[],
    response: ServerResponse,
  ): void {
    if (area !== 'applications') throw new NotFound();
    if (name === undefined) {
      this.applications(request, session, response);
      return;
    }
    if (what !== 'resource-tree') throw new NotFound();
    findApp(this.instance, session, name, request.query);
    this.tree(request, name, response);
  }

  private tree(
    request: ApiRequest,
    name: string,
    response: ServerResponse,
  ): void {
    const { controller } = this.instance;
    const shape = shaper(request);
    const stream = this.begin(request, response);
    let last = JSON.stringify(controller.tree(name));
    const stop = controller.onTree(changed => {
      const tree = changed === name ? controller.tree(name) : undefined;
      const text = JSON.stringify(tree);
      if (!tree || text === last) return;
      last = text;
      stream.send(shape(tree));
    });
    this.endWith(response, stream, stop);
  }

  private applications(
    request: ApiRequest,
    session: Session,
    response: ServerResponse,
  ): void {
    const { instance } = this;
    const visible = visibleApps(instance, session, request.query);
    const shape = shaper(request);
    const stream = this.begin(request, response);
    const since = Number(request.query.get('resourceVersion') || 0);
    let held: unknown;
    const tell = (type: StoreEvent['type'], app: Application) => {
      const message = shape({ type, application: served(app) });
      const kind = this.faults.take('argocd', request.path, {
        instance: instance.name,
        kinds: ['drop-events', 'reorder-events'],
      })?.kind;
      if (kind === 'drop-events') return;
      if (kind === 'reorder-events' && held === undefined) {
        held = message;
        return;
      }
      stream.send(message);
      if (held !== undefined) stream.send(held);
      held = undefined;
    };
    if (!since || request.query.get('name')) {
      const apps = instance.controller
        .apps()
        .filter(visible)
        .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      for (const app of apps) tell('ADDED', app);
    }
    const stop = instance.store.watch(({ type, object }) => {
      if (
        object.kind !== 'Application' ||
        Number(object.metadata.resourceVersion) <= since
      )
        return;
      const app = object as Application;
      if (visible(app)) tell(type, app);
    });
    this.endWith(response, stream, stop);
  }

  private begin(request: ApiRequest, response: ServerResponse): EventStream {
    const stream = openStream(request.raw, response);
    this.open.set(stream, request.path);
    return stream;
  }

  private endWith(
    response: ServerResponse,
    stream: EventStream,
    stop: () => void,
  ): void {
    response.once('close', () => {
      stop();
      this.open.delete(stream);
    });
  }

  private cut(fault: Fault): void {
    if (
      fault.kind !== 'cut-stream' ||
      fault.target !== 'argocd' ||
      (fault.instance && fault.instance !== this.instance.name)
    )
      return;
    for (const [stream, path] of this.open)
      if (matches(fault, path)) stream.end();
  }
}

/** Trims messages to the fields that were asked for. */
function shaper({ query }: ApiRequest): (message: unknown) => unknown {
  const fields = query.get('fields');
  return message =>
    fields
      ? (trimJson({ result: message }, fields) as { result: unknown }).result
      : message;
}
