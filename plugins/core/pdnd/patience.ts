/** A request waits no longer than this, in milliseconds, for what is on its way; below a phase's deadline of 5 s. */
export const PATIENCE_MS = 3000;

/** Until `work` is done, or patience has ended. */
export async function patiently(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  try {
    await Promise.race([work, enough]);
  } finally {
    clearTimeout(timer);
  }
}
