/** Something the operator should know that belongs to no single request: a key taken up, a certificate near its end. */
export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
}

export type NoticeSink = (notice: Notice) => void;

/** Until a runtime says otherwise: one line of JSON on stderr, which every plugin server hands to Kong's log. */
const toStderr: NoticeSink = ({ level, message, fields }) => {
  process.stderr.write(`${JSON.stringify({ level, msg: message, ...fields })}\n`);
};

let sink: NoticeSink = toStderr;

/** Where notices go from now on. Answers the sink before, so that it can be put back. */
export function setNoticeSink(next: NoticeSink): NoticeSink {
  const previous = sink;
  sink = next;
  return previous;
}

export const notify: NoticeSink = (notice) => {
  sink(notice);
};
