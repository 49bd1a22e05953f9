import { createBackend } from '@backstage/backend-defaults';
import { counters, countingRouter, readiness } from './listening';
import { metrics } from './metrics';

// The plugin as it is installed, with signals, in a process of its own.
const commands = { ...metrics, ...counters };
export type BackendCommands = typeof commands;

const backend = createBackend();
backend.add(countingRouter);
backend.add(import('@backstage/plugin-signals-backend'));
// This library starts backends; no plugin is built on it.
// eslint-disable-next-line @backstage/no-mixed-plugin-imports
backend.add(import('@fairway/backstage-plugin-argocd-promotion-backend'));
backend.add(readiness(commands));
backend.start();
