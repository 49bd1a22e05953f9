import { PlannedFile } from '../../../manifests';
import { StoredPromotion } from '../../types';

/** What may be written now: to the agreed bytes, for all that go as one. */
export interface Agreed {
  promotions: StoredPromotion[];
  files: PlannedFile[];
  /** The head that they were computed on. */
  commit: string;
}

type Blobs = Array<{ path: string; blobBefore: string; blobAfter: string }>;

/** Whether two plans make the same bytes of the same bytes. */
export function sameBlobs(one: Blobs, other: Blobs): boolean {
  const text = (edits: Blobs) =>
    edits
      .map(({ path, blobBefore, blobAfter }) =>
        [path, blobBefore, blobAfter].join(' '),
      )
      .sort()
      .join('\n');
  return text(one) === text(other);
}
