package dev.millrace.examples.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.examples.embedded.PriceFunction.Line;
import dev.millrace.examples.embedded.PriceFunction.Order;
import dev.millrace.function.InvocationContext;
import dev.millrace.function.TerminalException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceFunctionTest {

    private final List<String> log = new ArrayList<>();

    @Test
    void theTotalIsTheSumOfTheLinesAndEachIsLogged() {
        Order order = new Order(
                "17", List.of(new Line("rope", 3, new BigDecimal("2.50")), new Line("bell", 1, new BigDecimal("9"))));

        assertThat(new PriceFunction().handle(order, context()).total()).isEqualByComparingTo("16.50");
        assertThat(log).containsExactly("3 x rope = 7.50", "1 x bell = 9");
    }

    @Test
    void anOrderWithoutLinesFailsForGood() {
        assertThatThrownBy(() -> new PriceFunction().handle(new Order("18", List.of()), context()))
                .isInstanceOf(TerminalException.class)
                .hasMessageContaining("18");
    }

    /** Of a context the handler uses the log only. */
    private InvocationContext context() {
        return (InvocationContext) Proxy.newProxyInstance(
                InvocationContext.class.getClassLoader(),
                new Class<?>[] {InvocationContext.class},
                (_, method, args) -> {
                    assertThat(method.getName()).isEqualTo("log");
                    log.add((String) args[0]);
                    return null;
                });
    }
}
