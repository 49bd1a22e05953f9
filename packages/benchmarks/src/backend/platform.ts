import { createBackend } from '@backstage/backend-defaults';
import { countingRouter, counters, readiness } from './listening';
import { benchmarkCatalog } from './platformCatalog';
import { benchmarkPolicy } from './platformPolicy';
import { benchmarkSignIn } from './platformSignIn';

// The rest of a Backstage: catalog, sign-in and permissions, of which every plugin asks.
const backend = createBackend();
backend.add(countingRouter);
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(benchmarkSignIn);
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(benchmarkCatalog);
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(benchmarkPolicy);
backend.add(readiness(counters));
backend.start();
