package dev.millrace.examples.embedded;

import dev.millrace.function.FunctionHandler;
import dev.millrace.function.InvocationContext;
import dev.millrace.function.TerminalException;
import java.math.BigDecimal;
import java.util.List;

/** What an order costs. */
final class PriceFunction implements FunctionHandler<PriceFunction.Order, PriceFunction.Price> {

    /** The event. */
    record Order(String number, List<Line> lines) {}

    record Line(String article, int pieces, BigDecimal each) {}

    /** The result. */
    record Price(String order, BigDecimal total) {}

    @Override
    public Price handle(Order order, InvocationContext context) {
        if (order.lines().isEmpty()) {
            throw new TerminalException("order " + order.number() + " has no lines"); // No retry can help.
        }
        BigDecimal total = BigDecimal.ZERO;
        for (Line line : order.lines()) {
            BigDecimal sum = line.each().multiply(BigDecimal.valueOf(line.pieces()));
            context.log(line.pieces() + " x " + line.article() + " = " + sum);
            total = total.add(sum);
        }
        return new Price(order.number(), total);
    }
}
