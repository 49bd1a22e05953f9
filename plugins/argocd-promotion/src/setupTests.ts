import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A busy machine renders slowly; what never comes fails all the same.
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(60_000);
