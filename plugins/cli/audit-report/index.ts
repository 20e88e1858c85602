export { dayNamed, daysIn, DEFAULT_ZONE } from './days';
export { Tracing } from './tracing';
