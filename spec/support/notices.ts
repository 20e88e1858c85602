import { afterAll, beforeEach } from 'vitest';
import { setNoticeSink, type Notice } from '../../plugins/core/notices';

/** What operators are told during each test of the file, in order; emptied before each. Call it at the top of the file. */
export function recordNotices(): readonly Notice[] {
  const notices: Notice[] = [];
  const before = setNoticeSink((notice) => notices.push(notice));
  beforeEach(() => {
    notices.length = 0;
  });
  afterAll(() => {
    setNoticeSink(before);
  });
  return notices;
}
