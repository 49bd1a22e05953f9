import { Link } from '@backstage/core-components';
import { ManagerKey } from '@fairway/backstage-plugin-argocd-promotion-common';
import { rootPath, useRootsPath } from '../../hooks/useRoots';
import { Name } from '../basics';

/** The name of a root, as a link where the app has the page. */
export function RootLink({ root }: { root: ManagerKey }) {
  const page = useRootsPath();
  if (page === undefined) return <Name text={root.name} />;
  return (
    <Link to={rootPath(page, root)} style={{ minWidth: 0 }}>
      <Name text={root.name} />
    </Link>
  );
}

/** What one hangs under, from the top. */
export function RootTrail({ path }: { path: ManagerKey[] }) {
  return (
    <>
      {path.map((root, i) => (
        <span
          key={`${root.kind}/${root.instance}/${root.namespace}/${root.name}`}
        >
          {i > 0 && <span aria-hidden> › </span>}
          <RootLink root={root} />
        </span>
      ))}
    </>
  );
}
