import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createBackend } from '@backstage/backend-defaults';
import { BackendFeature } from '@backstage/backend-plugin-api';
import { counters, countingRouter, readiness } from './listening';
import { metrics } from './metrics';

// The peers' backends, from the folder that they were installed into, with their own dependencies.
const folder = process.argv[process.argv.indexOf('--peers') + 1];
const fromThere = createRequire(join(folder, 'package.json'));
const feature = (name: string): BackendFeature => fromThere(name).default;

const commands = { ...metrics, ...counters };
export type PeersCommands = typeof commands;

const backend = createBackend();
backend.add(countingRouter);
backend.add(feature('@roadiehq/backstage-plugin-argo-cd-backend'));
backend.add(feature('@backstage-community/plugin-argocd-backend'));
backend.add(readiness(commands));
backend.start();
