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
  promotion: Pick<
    PromotionSummary,
    'environment' | 'delivery' | 'pullRequest' | 'trainId'
  >,
): ActionWords {
  const { environment, delivery, pullRequest, trainId } = promotion;
  const others = trainId
    ? ' The others of its train that are not in git yet end with it.'
    : '';
  const carrier = delivery === 'commit' ? 'a commit' : 'a pull request';
  switch (action) {
    case 'approve':
      return {
        label: 'Approve',
        title: `Approve the promotion to ${environment}?`,
        explanation: 'It goes on as soon as its other gates are open.',
        confirm: 'Approve',
      };
    case 'revoke':
      return {
        label: 'Take approval back…',
        title: `Take your approval back?`,
        explanation: `The promotion to ${environment} waits for approval again. That is possible until it is written.`,
        confirm: 'Take back',
      };
    case 'override':
      return {
        label: 'Override gates…',
        title: `Promote to ${environment} past its gates?`,
        explanation:
          'Gates and approvals are skipped, and it is written to git at once. The promotion, its commit and the audit log carry your name and reason for good, and the owner is told.',
        confirm: 'Override gates',
      };
    case 'reject':
      return {
        label: 'Reject…',
        title: `Reject the promotion to ${environment}?`,
        explanation: `It ends, and nothing is written to git. Whoever asked for it sees your reason.${others}`,
        confirm: 'Reject',
      };
    case 'cancel':
      return {
        label: 'Cancel promotion…',
        title: `Cancel the promotion to ${environment}?`,
        explanation: pullRequest
          ? `It ends, and pull request #${pullRequest.number} is closed without being merged.${others}`
          : `It ends, and nothing is written to git.${others}`,
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
        explanation: `${environment} shall run again what it ran before this promotion. That is a new promotion, by ${carrier}; approval is asked for as always. ${environment} is held afterwards, so that nothing brings the same back by itself: lift the hold in its lane.`,
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
    'override',
    'revoke',
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
    // Breaking glass is for few: the others need not hear that it is not for them.
    if (state.allowed || action === 'override') continue;
    const reason = state.reason ?? 'You may not do this.';
    found.set(reason, [...(found.get(reason) ?? []), action]);
  }
  return [...found].map(([reason, forbidden]) => ({
    actions: forbidden,
    reason,
  }));
}

const VERBS: Partial<Record<PromotionAction, string>> = {
  rollback: 'roll back',
  revoke: 'take back your approval of',
};

/** `approve or reject` */
export function actionList(actions: PromotionAction[]): string {
  const verbs = actions.map(action => VERBS[action] ?? action);
  return verbs.length < 2
    ? verbs.join('')
    : `${verbs.slice(0, -1).join(', ')} or ${verbs[verbs.length - 1]}`;
}
