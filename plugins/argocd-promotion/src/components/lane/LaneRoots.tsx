import {
  EnvironmentView,
  ManagerKey,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { RootTrail } from '../roots/RootLink';

/** As many different roots as a lane names. */
const NAMED = 2;

/** Under which roots the Applications of a lane hang; nothing where none does. */
export function LaneRoots({
  applications,
}: Pick<EnvironmentView, 'applications'>) {
  const paths = new Map<string, ManagerKey[]>();
  let orphans = 0;
  for (const { managedBy, manages } of applications) {
    if (managedBy) paths.set(JSON.stringify(managedBy), managedBy);
    else if (!manages) orphans += 1;
  }
  if (paths.size === 0) return null;
  return (
    <div>
      {[...paths].slice(0, NAMED).map(([key, path], i) => (
        <span key={key}>
          {i === 0 ? 'under ' : ', '}
          <RootTrail path={path} />
        </span>
      ))}
      {paths.size > NAMED && ` and ${paths.size - NAMED} more roots`}
      {orphans > 0 && `; ${orphans} under no root`}
    </div>
  );
}
