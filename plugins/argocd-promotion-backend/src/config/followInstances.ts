import {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { readInstances } from './readInstances';
import { InstanceConfig } from './types';

/**
 * Tells of the Instances again whenever the configuration changes while the backend runs. A configuration that cannot be
 * used is logged, and the former one stays. Answers how to stop.
 */
export function followInstances(options: {
  config: RootConfigService;
  logger: LoggerService;
  onChange: (instances: InstanceConfig[]) => void;
}): () => void {
  const { config, logger, onChange } = options;
  const subscription = config.subscribe?.(() => {
    let instances: InstanceConfig[];
    try {
      instances = readInstances(config);
    } catch (error) {
      logger.error(
        'The changed configuration of Argo CD instances cannot be used; the former one stays',
        { error: stringifyError(error) },
      );
      return;
    }
    onChange(instances);
  });
  return () => subscription?.unsubscribe();
}
