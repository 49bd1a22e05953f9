import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import { makeStyles } from '@material-ui/core/styles';
import { useRoots } from '../../hooks/useRoots';
import { ErrorMessage, Message, ProblemMessage } from '../messages';
import { useSharedStyles } from '../theme';
import { EnvironmentSection } from './EnvironmentSection';

const useStyles = makeStyles(
  theme => ({
    sections: { display: 'grid', gap: theme.spacing(2.5), maxWidth: 1500 },
  }),
  { name: 'ArgocdPromotionRootsList' },
);

/** The roots of every environment, what hangs under none, and what would not come back. */
export function RootsList() {
  const { view, error, refresh } = useRoots();
  const classes = useStyles();
  const shared = useSharedStyles();
  return (
    <div className={shared.root}>
      {error && <ErrorMessage error={error} onRetry={refresh} />}
      {view?.problems.map(problem => (
        <ProblemMessage
          key={`${problem.code} ${problem.message}`}
          problem={problem}
        />
      ))}
      {view?.partial && (
        <Message
          tone="wait"
          title="You see the Applications of the services that you may read, and the roots that they hang under."
        >
          Everything else of a root, its orphans and the disaster check are for
          who may see all deployments.
        </Message>
      )}
      {!view && !error && (
        <div
          role="status"
          aria-label="Loading App of Apps"
          className={classes.sections}
        >
          {[0, 1, 2].map(section => (
            <Skeleton key={section} variant="rect" height={170} />
          ))}
        </div>
      )}
      {view && view.environments.length === 0 && (
        <section
          className={shared.panel}
          style={{ padding: 24 }}
          aria-label="No root found"
        >
          <Typography variant="h6" component="h2">
            {view.partial
              ? 'None of your Applications is known to Argo CD'
              : 'Argo CD has no Applications'}
          </Typography>
          <Typography variant="body2">
            A root is an Application that manages other Applications: Argo CD
            tells so by the annotation argocd.argoproj.io/tracking-id, or by the
            label app.kubernetes.io/instance, of what hangs under it.
          </Typography>
        </section>
      )}
      {view && (
        <div className={classes.sections}>
          {view.environments.map(environment => (
            <EnvironmentSection
              key={environment.name ?? ''}
              environment={environment}
            />
          ))}
        </div>
      )}
    </div>
  );
}
