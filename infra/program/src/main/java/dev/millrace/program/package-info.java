/**
 * What every program has: settings from flags, environment and a file; HTTP listeners with problem documents and keys;
 * health, metrics; and a life cycle that ends in an orderly stop. It knows neither Kafka nor Redis.
 */
@NullMarked
package dev.millrace.program;

import org.jspecify.annotations.NullMarked;
