/** Until some work is done, but no longer than this. A failure of the work is passed on. */
export async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** A request waits no longer than this, in milliseconds, for what is on its way; far below a phase's deadline. */
export const LONGEST_WAIT_MS = 2000;
