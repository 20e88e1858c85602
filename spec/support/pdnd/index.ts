export { PDND_ACCEPTED, pdndCase, type PdndCase } from './accepted';
export { IDS, pdndCast, type PdndCast, type PdndParty } from './cast';
export { fakeKeys } from './fake-keys';
export { PDND_REFUSED } from './refused';
export { makePdndRequest, type PdndRecipe } from './requests';
export { PDND_CONFIGS, pdndRoute, type PdndRouteName } from './route';
