import {
  PromotionAction,
  PromotionActions,
  PromotionSummary,
} from '@fairway/backstage-plugin-argocd-promotion-common';

/** The words of an action: its button, and the question before what is not undone by a click. */
export interface ActionWords {
  label: string;
  title: string;
  explanation: string;
  confirm: string;
}

export function actionWords(
  action: PromotionAction,
  promotion: Pick<PromotionSummary, 'environment' | 'delivery' | 'pullRequest'>,
): ActionWords {
  const { environment, delivery, pullRequest } = promotion;
  const carrier = delivery === 'commit' ? 'a commit' : 'a pull request';
  switch (action) {
    case 'approve':
      return {
        label: 'Approve',
        title: `Approve the promotion to ${environment}?`,
        explanation: 'It goes on as soon as its other gates are open.',
        confirm: 'Approve',
      };
    case 'reject':
      return {
        label: 'Reject…',
        title: `Reject the promotion to ${environment}?`,
        explanation:
          'It ends, and nothing is written to git. Whoever asked for it sees your reason.',
        confirm: 'Reject',
      };
    case 'cancel':
      return {
        label: 'Cancel promotion…',
        title: `Cancel the promotion to ${environment}?`,
        explanation: pullRequest
          ? `It ends, and pull request #${pullRequest.number} is closed without being merged.`
          : 'It ends, and nothing is written to git.',
        confirm: 'Cancel promotion',
      };
    case 'retry':
      return {
        label: 'Try again',
        title: `Try the promotion to ${environment} again?`,
        explanation: `A new promotion of the same release is asked for, by ${carrier}.`,
        confirm: 'Try again',
      };
    default:
      return {
        label: 'Roll back…',
        title: `Roll ${environment} back?`,
        explanation: `${environment} shall run again what it ran before this promotion. That is a new promotion, by ${carrier}, through the same gates.`,
        confirm: 'Roll back',
      };
  }
}

/** What the viewer may do, in the order of the buttons: the way back first, the way on last. */
export function allowedActions(
  actions: PromotionActions | undefined,
): PromotionAction[] {
  const order: PromotionAction[] = [
    'cancel',
    'rollback',
    'retry',
    'reject',
    'approve',
  ];
  return order.filter(action => actions?.[action]?.allowed);
}

/** Why the viewer may not do what others may: each reason once, with all that it forbids. */
export function refusals(
  actions: PromotionActions | undefined,
): Array<{ actions: PromotionAction[]; reason: string }> {
  const found = new Map<string, PromotionAction[]>();
  for (const [action, state] of Object.entries(actions ?? {}) as Array<
    [PromotionAction, { allowed: boolean; reason?: string }]
  >) {
    if (state.allowed) continue;
    const reason = state.reason ?? 'You may not do this.';
    found.set(reason, [...(found.get(reason) ?? []), action]);
  }
  return [...found].map(([reason, forbidden]) => ({
    actions: forbidden,
    reason,
  }));
}

/** `approve or reject` */
export function actionList(actions: PromotionAction[]): string {
  const verbs = actions.map(action =>
    action === 'rollback' ? 'roll back' : action,
  );
  return verbs.length < 2
    ? verbs.join('')
    : `${verbs.slice(0, -1).join(', ')} or ${verbs[verbs.length - 1]}`;
}
