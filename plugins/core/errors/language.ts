export type Language = 'en' | 'it';

/** English unless Accept-Language ranks Italian above it (RFC 9110 12.5.4). */
export function pickLanguage(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined || acceptLanguage.length > 200) return 'en';
  const best: Record<Language, number> = { en: 0, it: 0 };
  for (const range of acceptLanguage.toLowerCase().split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const language = tag.split('-')[0];
    if (language !== 'en' && language !== 'it') continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    if (quality > best[language]) best[language] = quality;
  }
  return best.it > best.en ? 'it' : 'en';
}
