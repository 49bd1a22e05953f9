import {
  ManifestEdit,
  ManifestEditor,
} from '@fairway/backstage-plugin-argocd-promotion-node';
import { FileLayer, openHelmValues } from '../helm/valuesLayers';
import { findValuesPins, ValuesPin } from '../helm/valuesPins';

/**
 * Pins in files of Helm values, wherever a map or a reference names the image: `{repository, tag, digest}`,
 * `{registry, repository, …}`, `image: repo:tag@sha256:…`, at the top or below a sub-chart's name. What the
 * Application's own spec decides is left to the edit of its manifest.
 */
export class HelmValuesEditor implements ManifestEditor {
  readonly kind = 'helm';

  async edit(
    options: Parameters<ManifestEditor['edit']>[0],
  ): Promise<ManifestEdit[] | undefined> {
    const edits: ManifestEdit[] = [];
    for (const i of options.sources.keys()) {
      const values = await openHelmValues(options, i);
      if (!values) continue;
      options.lookedAt.push(
        ...values.files.map(({ path }) => `values of ${path}`),
        ...values.overrides.map(({ name }) => `${name} of the Application`),
      );
      edits.push(...editFiles(findValuesPins(values, options.image)));
    }
    return edits.length > 0 ? edits : undefined;
  }
}

function editFiles(found: ValuesPin[]): ManifestEdit[] {
  const byFile = new Map<FileLayer, ValuesPin[]>();
  for (const each of found) {
    if (each.file)
      byFile.set(each.file, [...(byFile.get(each.file) ?? []), each]);
  }
  return [...byFile].map(([layer, pins]) => {
    const changes = pins.flatMap(({ pin }) => pin.changes);
    const { repoURL, targetRevision, path, bytes, file } = layer;
    return {
      repoURL,
      targetRevision,
      path,
      before: bytes,
      after: changes.length > 0 ? file.edit(new Map([[0, changes]])) : bytes,
      from: (pins.find(({ pin }) => pin.changes.length > 0) ?? pins[0]).pin
        .from,
      where: pins
        .map(each => `Helm values ${each.path.join('.') || '.'} of ${path}`)
        .join(', '),
    };
  });
}
