export { CLI_CODES } from './cli-codes';
export { printTopic, typeOf } from './text';
export { findTopic, suggestTopic, topicNames } from './topic';
export type { Topic } from './topic';
