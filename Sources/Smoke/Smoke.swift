/// Smoke
