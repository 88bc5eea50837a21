import java.sql.DriverManager;

/** Logs in at an address and prints who that is. */
final class Jdbc {
  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection(arguments[0]);
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT current_user")) {
      row.next();
      System.out.println(row.getString(1));
    }
  }
}
