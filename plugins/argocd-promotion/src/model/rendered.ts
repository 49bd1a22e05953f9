import {
  RenderedApplication,
  RenderedChange,
  RenderedDifference,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { count } from './text';

const CHANGES: Record<RenderedChange['change'], string> = {
  added: 'is added',
  removed: 'is removed',
  changed: 'changes',
};

/** `Deployment checkout changes`. */
export const changeWord = ({ change }: RenderedChange) => CHANGES[change];

/** How many objects change in an Application, listed or not. */
export const changesOf = ({ objects, more = 0 }: RenderedApplication) =>
  objects.length + more;

/** The whole difference in one line. */
export function renderedSummary({ applications }: RenderedDifference): string {
  const known = applications.filter(({ state }) => state !== 'failed');
  if (known.length === 0) return 'What changes in the cluster is not known.';
  const total = known.reduce((sum, each) => sum + changesOf(each), 0);
  const [first] = known;
  const where =
    known.length === 1 ? first.name : count(known.length, 'Application');
  if (total === 0) return `No object of ${where} changes.`;
  const verb = total === 1 ? 'changes' : 'change';
  return `${count(total, 'object')} of ${where} ${verb}.`;
}

/** How it is known. */
export const HOW: Record<'rendered' | 'computed', string> = {
  rendered: 'As Argo CD renders the commits before and after.',
  computed:
    'Computed: the images put into what Argo CD renders now, since nothing is in git yet.',
};

/** Why an object that changes has no patch. */
export const OMITTED: Record<'too-large' | 'hidden', string> = {
  'too-large': 'Too large to be shown line by line.',
  hidden: 'Only secret values differ, and they are not shown.',
};
