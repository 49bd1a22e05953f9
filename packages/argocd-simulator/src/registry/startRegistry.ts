import express, { RequestHandler } from 'express';
import { listen } from '../listen';
import { ImageStore, PushOptions } from './ImageStore';
import { createRegistryRouter, RegistryCredentials } from './registryRouter';

export interface RegistryServer {
  /** `127.0.0.1:port`; plain HTTP. */
  readonly host: string;
  readonly images: ImageStore;
  push(
    repository: string,
    options: PushOptions,
  ): { digest: string; reference: string };
  moveTag(repository: string, tag: string, digest: string): void;
  close(): Promise<void>;
}

export async function startRegistry(
  options: {
    port?: number;
    before?: RequestHandler[];
    credentials?: RegistryCredentials;
  } = {},
): Promise<RegistryServer> {
  const images = new ImageStore();
  const app = express();
  app.disable('x-powered-by');
  for (const handler of options.before ?? []) app.use(handler);
  app.use(createRegistryRouter(images, options.credentials));
  const { port, close } = await listen(app, options.port);
  images.host = `127.0.0.1:${port}`;
  return {
    host: images.host,
    images,
    push: (repository, push) => images.push(repository, push),
    moveTag: (repository, tag, digest) =>
      images.moveTag(repository, tag, digest),
    close,
  };
}
