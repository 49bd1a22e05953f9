import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import yaml from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Wait up to two hours for a promotion',
    example: yaml.stringify({
      steps: [
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
