import { Suite } from '../suite';
import { hang } from './hang';
import { live } from './live';
import { pageView } from './pageView';
import { size } from './size';
import { streams } from './streams';
import { throughput } from './throughput';

/** Every suite, in the order of the table. */
export const suites: Suite[] = [
  pageView,
  size,
  hang,
  streams,
  live,
  throughput,
];
