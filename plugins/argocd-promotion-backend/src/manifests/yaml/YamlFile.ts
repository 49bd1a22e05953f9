import { decodeText, encodeText } from '../bytes';
import { splitDocuments } from './documents';
import { YamlChange, YamlDocument } from './YamlDocument';

const known = new WeakMap<Uint8Array, YamlFile>();

/** A YAML or JSON file of one or several documents. */
export class YamlFile {
  readonly documents: YamlDocument[];

  /** The file of these bytes; a plan reads the same bytes several times, and parsing large ones takes seconds. */
  static of(bytes: Uint8Array, path: string): YamlFile {
    const file = known.get(bytes) ?? new YamlFile(bytes, path);
    known.set(bytes, file);
    return file;
  }

  constructor(bytes: Uint8Array, readonly path: string) {
    const parts = splitDocuments(decodeText(bytes, path));
    this.documents = parts.map(
      (part, i) =>
        new YamlDocument(
          part.text,
          parts.length > 1 ? `${path} (document ${i + 1})` : path,
        ),
    );
  }

  /** The file's bytes with changes made in its documents (by index). */
  edit(changes: ReadonlyMap<number, readonly YamlChange[]>): Uint8Array {
    const texts = this.documents.map((document, i) => {
      const wanted = changes.get(i);
      return wanted && wanted.length > 0
        ? document.edit(wanted)
        : document.text;
    });
    return encodeText(texts.join(''));
  }
}
