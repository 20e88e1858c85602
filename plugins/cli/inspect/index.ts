export { certificateViews } from './certificate-view';
export { decodeToken, tokenFromPaste } from './decode';
export type { DecodedToken } from './decode';
export { inspectPage } from './html';
export { inspectReport } from './report';
export { NOT_VERIFIED, printReport } from './text';
