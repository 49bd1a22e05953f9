const SENSITIVE =
  /(password|passwd|passphrase|pwd|secret|token|api[-_.]?key|private[-_.]?key|access[-_.]?key|(?:signing|encryption|master|ssh|account)[-_.]?key|tls\.key|credential|connection[-_.]?string|dsn$|^auth$|authorization|dockerconfig|kubeconfig)/i;
/** `dbPass`, `DB_PASS`, `pass`; not `compass` nor `bypass`. */
const PASS = /(?:^|[-_.])pass$|[a-z0-9]Pass$|_PASS$|^PASS$/;
/** Keys that tell where a secret is and not what it is. */
const REFERENCE = /(name|names|ref|refs|namespace|path|file)$/i;

/** Whether what stands below a key or a variable of this name is not for everybody's eyes. */
export const isSensitive = (key: string): boolean =>
  (SENSITIVE.test(key) || PASS.test(key)) && !REFERENCE.test(key);

/** Whether a key tells where something is: below a sensitive one too. */
export const isReference = (key: string): boolean => REFERENCE.test(key);
