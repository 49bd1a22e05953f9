import Typography from '@material-ui/core/Typography';
import { RootNode } from '@fairway/backstage-plugin-argocd-promotion-common';
import { nodeState } from '../../model/roots/state';
import { count } from '../../model/text';
import { Name, OutLink, RelativeTime } from '../basics';
import { Message } from '../messages';
import { SideSheet } from '../SideSheet';
import { StateWords } from './EnvironmentSection';
import { RootLink } from './RootLink';

/** What is known of one node, and the ways on. */
export function NodeSheet({
  node,
  onClose,
}: {
  node: RootNode;
  onClose: () => void;
}) {
  const facts: Array<[string, JSX.Element | string | undefined]> = [
    ['State', <StateWords state={nodeState(node)} />],
    [
      'Git',
      node.sync && (node.sync === 'OutOfSync' ? 'Out of sync' : node.sync),
    ],
    ['Health', node.health?.message ?? node.health?.status],
    ['Operation', node.operation?.message ?? node.operation?.phase],
    ['Wave', node.state === 'named' ? undefined : String(node.wave)],
    ['Environment', node.environment],
    ['Project', node.project],
    ['Instance', `${node.instance} / ${node.namespace}`],
  ];
  return (
    <SideSheet
      title={<Name text={node.name} />}
      titleId="argocd-promotion-node-title"
      onClose={onClose}
    >
      {node.staleSince && (
        <Message tone="unknown" title="This Argo CD cannot be read now.">
          What is shown is as of <RelativeTime at={node.staleSince} />.
        </Message>
      )}
      {node.notes.map(note => (
        <Message key={note} tone="warn" title={note} />
      ))}
      <dl style={{ margin: 0 }}>
        {facts
          .filter(([, fact]) => fact)
          .map(([word, fact]) => (
            <div key={word} style={{ marginBottom: 12 }}>
              <Typography
                component="dt"
                variant="caption"
                color="textSecondary"
              >
                {word}
              </Typography>
              <Typography
                component="dd"
                variant="body2"
                style={{ margin: 0, overflowWrap: 'anywhere' }}
              >
                {fact}
              </Typography>
            </div>
          ))}
      </dl>
      {node.children > 0 && (
        <Typography variant="body2" gutterBottom>
          It manages {count(node.children, 'child', 'children')}: open{' '}
          <RootLink root={node} />
        </Typography>
      )}
      {node.url && <OutLink to={node.url}>Argo CD ↗</OutLink>}
    </SideSheet>
  );
}
