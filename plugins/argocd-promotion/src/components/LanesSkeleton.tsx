import Skeleton from '@material-ui/lab/Skeleton';
import { useSharedStyles } from './theme';

/** The shape of the page while its data are on their way. */
export function LanesSkeleton() {
  const shared = useSharedStyles();
  return (
    <div role="status" aria-label="Loading environments">
      <div
        style={{
          display: 'grid',
          gridTemplateColumns: '1fr 140px 1fr 140px 1fr',
        }}
      >
        {[0, 1, 2, 3, 4].map(column =>
          column % 2 === 0 ? (
            <div
              key={column}
              className={shared.panel}
              style={{ padding: 16, minHeight: 300 }}
            >
              <Skeleton variant="text" width="40%" height={24} />
              <Skeleton
                variant="text"
                width="70%"
                height={36}
                style={{ marginTop: 12 }}
              />
              <Skeleton variant="text" width="80%" />
              <Skeleton variant="rect" height={110} style={{ marginTop: 16 }} />
            </div>
          ) : (
            <div key={column} style={{ padding: '32px 16px' }}>
              <Skeleton variant="text" />
            </div>
          ),
        )}
      </div>
    </div>
  );
}
