/** What is not there, or is gone since it was listed, is no accident; anything else is. */
export function unlessGone<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing;
    throw error;
  };
}
