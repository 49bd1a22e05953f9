import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import yaml from 'yaml';

export const examples: TemplateExample[] = [
  {
    description:
      'Promote into staging what dev runs, and wait until the Pods run it',
    example: yaml.stringify({
      steps: [
        {
          id: 'promote',
          name: 'Promote',
          action: 'argocd-promotion:promote',
          input: {
            entityRef: 'component:default/checkout',
            environment: 'staging',
            wait: true,
          },
        },
      ],
    }),
  },
  {
    description: 'Promote one release by commit from one of several upstreams',
    example: yaml.stringify({
      steps: [
        {
          id: 'promote',
          name: 'Promote',
          action: 'argocd-promotion:promote',
          input: {
            entityRef: 'component:default/checkout',
            environment: 'prod',
            from: 'staging-eu',
            release: '${{ parameters.release }}',
            delivery: 'commit',
            wait: true,
            timeoutMinutes: 240,
          },
        },
      ],
    }),
  },
  {
    description:
      'Open a pull request for prod, and wait for it in a later step',
    example: yaml.stringify({
      steps: [
        {
          id: 'promote',
          name: 'Promote',
          action: 'argocd-promotion:promote',
          input: {
            entityRef: 'component:default/checkout',
            environment: 'prod',
            delivery: 'pull-request',
            message: 'Release of the week',
          },
        },
        {
          id: 'wait',
          name: 'Wait',
          action: 'argocd-promotion:wait',
          input: {
            promotionId: '${{ steps.promote.output.promotionId }}',
            timeoutMinutes: 120,
          },
        },
      ],
    }),
  },
];
