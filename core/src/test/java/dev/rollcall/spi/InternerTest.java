package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InternerTest {
    private final Interner interner = new Interner();

    @Test
    void equalStringsBecomeOne() {
        String first = interner.share(fresh("zone-a"));

        assertThat(interner.share(fresh("zone-a"))).isSameAs(first);
    }

    @Test
    void longStringsPass() {
        String longOne = fresh("x".repeat(65));

        assertThat(interner.share(longOne)).isSameAs(longOne);
        String another = fresh("x".repeat(65));
        assertThat(interner.share(another)).isSameAs(another);
    }

    @Test
    void whateverTheTableHasLostTheTextIsRight() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(interner.share("text-" + i)).isEqualTo("text-" + i);
        }
    }

    private static String fresh(String text) {
        return String.valueOf(text.toCharArray());
    }
}
