/** What records a cassette: to set `CASSETTE_MODE` helps only where that is what decides. */
export const howToRecord = (isModeConfigured: boolean): string =>
  isModeConfigured
    ? "run the test with CASSETTE_MODE=record"
    : "run the test over a Layer in the mode record, since this one does not look at CASSETTE_MODE"
