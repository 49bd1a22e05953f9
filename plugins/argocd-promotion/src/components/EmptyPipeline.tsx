import { Entity } from '@backstage/catalog-model';
import Typography from '@material-ui/core/Typography';
import { ANNOTATION_APP_NAME } from '@fairway/backstage-plugin-argocd-promotion-common';
import { CodeToCopy } from './basics';
import { useSharedStyles } from './theme';

/** Nothing found: what was looked for, and what to paste. */
export function EmptyPipeline({
  entity,
  lookedFor,
}: {
  entity: Entity;
  lookedFor: string[];
}) {
  const shared = useSharedStyles();
  const yaml = `metadata:\n  annotations:\n    ${ANNOTATION_APP_NAME}: ${entity.metadata.name}`;
  return (
    <section
      className={shared.panel}
      style={{ padding: 24 }}
      aria-label="No Application found"
    >
      <Typography variant="h6" component="h3">
        No Application found
      </Typography>
      {lookedFor.length > 0 && (
        <>
          <Typography variant="body2">These were looked for:</Typography>
          <ul>
            {lookedFor.map(item => (
              <li
                key={item}
                className={shared.mono}
                style={{ overflowWrap: 'anywhere' }}
              >
                {item}
              </li>
            ))}
          </ul>
        </>
      )}
      <Typography variant="body2">
        Name the Application in the catalog file of this entity:
      </Typography>
      <CodeToCopy code={yaml} />
    </section>
  );
}
