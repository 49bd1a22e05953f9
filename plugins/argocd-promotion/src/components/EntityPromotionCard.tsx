import { stringifyEntityRef } from '@backstage/catalog-model';
import { InfoCard, Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { entityRouteRef, useEntity } from '@backstage/plugin-catalog-react';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import { PipelineView } from '@fairway/backstage-plugin-argocd-promotion-common';
import { ClockProvider, useNow } from '../hooks/clock';
import { usePipeline } from '../hooks/usePipeline';
import { summaryAnswer } from '../model/answers';
import { isActive, lagSentence } from '../model/arrows';
import { promotionWord } from '../model/promotions';
import { laneImages } from '../model/release';
import { Digest, Mark, Name, Tag, ToneIcon } from './basics';
import { ErrorMessage } from './messages';
import { useSharedStyles } from './theme';

function Rows({ view }: { view: PipelineView }) {
  const now = useNow();
  const shared = useSharedStyles();
  return (
    <Table size="small" aria-label="What runs in each environment">
      <TableHead className={shared.hidden}>
        <TableRow>
          <TableCell>Environment</TableCell>
          <TableCell>Release</TableCell>
          <TableCell>State</TableCell>
          <TableCell>Lag</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {view.environments.map(environment => {
          const state = summaryAnswer(environment.applications, now);
          const { main } = laneImages(environment);
          const [image] = main;
          const { promotion } = environment;
          const behind =
            promotion && isActive(promotion.state)
              ? promotionWord(promotion.state).word
              : lagSentence(environment.lag) ??
                (environment.offers.some(offer => offer.state === 'unchanged')
                  ? 'up to date'
                  : '');
          return (
            <TableRow key={environment.name}>
              <TableCell
                component="th"
                scope="row"
                style={{ maxWidth: 120, fontWeight: 700 }}
              >
                <Name text={environment.name} />
              </TableCell>
              <TableCell style={{ whiteSpace: 'nowrap' }}>
                <Mark value={image?.digest}>
                  {image?.digest ? (
                    <Digest digest={image.digest} />
                  ) : (
                    <span className={shared.quiet}>–</span>
                  )}
                </Mark>{' '}
                {image?.tag && <Tag text={image.tag} />}
                {main.length > 1 && (
                  <span className={shared.quiet}> +{main.length - 1}</span>
                )}
              </TableCell>
              <TableCell style={{ whiteSpace: 'nowrap' }}>
                <ToneIcon tone={state.tone} />
                {state.word}
              </TableCell>
              <TableCell
                className={shared.quiet}
                align="right"
                style={{ whiteSpace: 'nowrap' }}
              >
                {behind}
              </TableCell>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function PlainCard() {
  const { entity } = useEntity();
  const { view, error, refresh } = usePipeline(stringifyEntityRef(entity));
  const deployed = view?.environments.some(
    environment => environment.applications.length > 0,
  );
  return (
    <InfoCard title="Environments">
      {error && <ErrorMessage error={error} onRetry={refresh} />}
      {!view && !error && (
        <div role="status" aria-label="Loading environments">
          {[0, 1, 2].map(row => (
            <Skeleton key={row} variant="text" height={32} />
          ))}
        </div>
      )}
      {view && deployed && <Rows view={view} />}
      {view && !deployed && (
        <Typography variant="body2">
          No Application found. The Promotion tab says what was looked for.
        </Typography>
      )}
      <Typography variant="body2" style={{ marginTop: 8 }}>
        <PromotionTabLink />
      </Typography>
    </InfoCard>
  );
}

function PromotionTabLink() {
  const { entity } = useEntity();
  const tab = useTabPath(
    entity.kind,
    entity.metadata.namespace ?? 'default',
    entity.metadata.name,
  );
  return <Link to={tab}>Promotions and drift</Link>;
}

/** The tab stands beside the card on the same entity page, so its route is known once the app mounts it there. */
function useTabPath(kind: string, namespace: string, name: string): string {
  const page = useRouteRef(entityRouteRef);
  return `${page({
    kind: kind.toLocaleLowerCase('en-US'),
    namespace,
    name,
  })}/promotion`;
}

/** The overview card: one line an environment. */
export function EntityPromotionCard() {
  return (
    <ClockProvider>
      <PlainCard />
    </ClockProvider>
  );
}
