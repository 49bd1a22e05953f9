const SENSITIVE =
  /(password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credential)/i;
/** Keys that tell where a secret is and not what it is. */
const REFERENCE = /(name|names|ref|refs|namespace|path|file)$/i;

/** Whether what stands below a key or a variable of this name is not for everybody's eyes. */
export const isSensitive = (key: string): boolean =>
  SENSITIVE.test(key) && !REFERENCE.test(key);
