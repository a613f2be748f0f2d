#pragma once

// Mustache templates behind a C interface; no exception crosses it.
