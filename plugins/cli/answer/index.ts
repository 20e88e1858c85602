export { answerJudge } from './judge';
export { ANSWER_OPTIONS, EXPECT_REQUEST_DIGEST } from './options';
export { answerInPieces, parseRawResponse } from './read-response';
export { judgeReceived, printReceived, readAnswerPlan, receivedForJson } from './received';
export { answerForJson, printAnswerChecks, printAnswerVerdict } from './report';
export { saveAnswer } from './save';
export { cannotJudge, missingTerms, termsOfVerify } from './terms';
