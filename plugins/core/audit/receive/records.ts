/** What http-log has sent is none of its records; the sentence says why. */
export class NoRecordsError extends Error {
  override readonly name = 'NoRecordsError';
}

/**
 * The records in a body of Kong's http-log, one line of JSON each: it sends an object, or with `queue.max_batch_size` above
 * 1 an array of them.
 * @throws NoRecordsError for anything else.
 */
export function linesIn(body: Buffer): string {
  const value = parsed(body);
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (records.length === 0 || !records.every(isTable)) throw new NoRecordsError('not a record, nor a list of records');
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new NoRecordsError('not JSON', { cause: error });
    throw error;
  }
}

const isTable = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
