import {
  coreServices,
  createServiceFactory,
  LoggerService,
} from '@backstage/backend-plugin-api';

/** A logger of the whole backend that keeps what it was told, with the stacks of errors. */
export function rememberingLogger() {
  const said: string[] = [];
  const say = (message: string, meta?: unknown) =>
    void said.push(
      `${message} ${meta instanceof Error ? meta.stack : JSON.stringify(meta)}`,
    );
  const logger: LoggerService = {
    child: () => logger,
    error: say,
    warn: say,
    info: say,
    debug: say,
  };
  const factory = createServiceFactory({
    service: coreServices.rootLogger,
    deps: {},
    factory: () => logger,
  });
  return { said, factory };
}
