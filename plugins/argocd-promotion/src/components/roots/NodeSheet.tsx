import { Fragment } from 'react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { RootNode } from '@fairway/backstage-plugin-argocd-promotion-common';
import { nodeState } from '../../model/roots/state';
import { count } from '../../model/text';
import { Name, OutLink, RelativeTime } from '../basics';
import { Message } from '../messages';
import { SideSheet } from '../SideSheet';
import { StateWords } from './EnvironmentSection';
import { RootLink } from './RootLink';

const useStyles = makeStyles(
  theme => ({
    facts: {
      display: 'grid',
      gridTemplateColumns: 'max-content minmax(0, 1fr)',
      columnGap: theme.spacing(3),
      rowGap: theme.spacing(1),
      margin: theme.spacing(2, 0),
    },
    fact: { margin: 0, overflowWrap: 'anywhere' },
  }),
  { name: 'ArgocdPromotionNodeSheet' },
);

/** What is known of one node, and the ways on. */
export function NodeSheet({
  node,
  onClose,
}: {
  node: RootNode;
  onClose: () => void;
}) {
  const classes = useStyles();
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
      <dl className={classes.facts}>
        {facts
          .filter(([, fact]) => fact)
          .map(([word, fact]) => (
            <Fragment key={word}>
              <Typography component="dt" variant="body2" color="textSecondary">
                {word}
              </Typography>
              <Typography
                component="dd"
                variant="body2"
                className={classes.fact}
              >
                {fact}
              </Typography>
            </Fragment>
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
